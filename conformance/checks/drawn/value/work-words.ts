import type { DrawnOrigin, DrawnWork } from './processing.ts';

/** Say a step of Phases 1 to 4 in words. @param place  which date and run it is about, in words */
export function describeWork(step: DrawnWork, place: string): string {
  switch (step.do) {
    case 'scrape':
      return sentence([
        `scrape ${step.n}: ${step.scraper === undefined ? 'all scrapers' : JSON.stringify(step.scraper)}${place}`,
        step.skip === true ? 'that skips downstream triggers' : '',
        step.backfill === undefined ? '' : `as a backfill ("${step.backfill}")`,
        step.source === undefined ? '' : `with trigger_source ${step.source}`,
        step.workflow === undefined ? '' : `of the workflow ${step.workflow}`,
        ...describeCall(step),
      ]);
    case 'fill':
      return sentence([
        `filling ${step.n}: ${step.tables.join(', ')}${place}`,
        step.empty === undefined ? '' : `with nothing in ${step.empty.join(', ')}`,
        step.failed === undefined ? '' : `without the file of ${step.failed.join(', ')}`,
        step.backfill === undefined ? '' : `as a backfill ("${step.backfill}")`,
      ]);
    case 'process':
      return sentence([
        `/process-date of level ${step.level}${place}`,
        step.undated === true ? 'without a date' : '',
        ...describeCall(step),
      ]);
  }
}

function describeCall({
  clock,
  copies = 1,
  wrong,
}: {
  readonly clock?: true;
  readonly copies?: number;
  readonly wrong?: string;
}): readonly string[] {
  return [
    clock === true ? 'by the scheduler' : '',
    wrong === undefined ? '' : `whose body has ${wrong}`,
    copies === 1 ? '' : `${copies} times at once`,
  ];
}

/** Say where a message comes from, in a few words each. */
export function describeOrigin(parcel: DrawnOrigin): readonly string[] {
  const { of, fresh, form, without = [], says = {}, level, processors } = parcel;
  const said = Object.entries(says).map(([field, value]) => `${field} ${JSON.stringify(value)}`);
  return [
    of === undefined ? '' : `from ${of}`,
    fresh === true ? 'under another execution_id' : '',
    form === undefined ? '' : `in the ${form} format`,
    without.length === 0 ? '' : `without ${without.join(', ')}`,
    said.length === 0 ? '' : `that says ${said.join(', ')}`,
    level === undefined ? '' : `of level ${level}`,
    processors === undefined ? '' : `for ${processors.join(', ')}`,
  ];
}

function sentence(words: readonly string[]): string {
  return words.filter((word) => word !== '').join(' ');
}
