import type { Command } from 'commander';

/** Adds the options that choose requirements. */
export function addSelectionOptions(command: Command): Command {
  return command
    .option(
      '--only <pattern...>',
      'requirement ids or check names, * for anything; CHECK@2 for one round',
      [],
    )
    .option('--profile <name...>', 'requirements of these profiles, * for anything', []);
}

/** Adds the options that name the files of a report. */
export function addReportOptions(command: Command): Command {
  return command
    .option('--json', 'print the report as JSON')
    .option('--junit <file>', 'write JUnit XML there')
    .option('--ctrf <file>', 'write CTRF JSON there')
    .option('--summary <file>', 'append a Markdown summary there (default: GITHUB_STEP_SUMMARY, if set)')
    .option('--html <file>', 'write a self-contained page with diagrams there');
}
