import { PAGE_STYLE } from './page-style.ts';

/** What the page is served with. */
export interface Shell {
  readonly token: string;
  readonly program: string;
  /** What the page knows before its first read. */
  readonly start: object;
}

/** Draw the page around its program. JSON and program cannot end the elements that hold them. */
export function drawShell({ token, program, start }: Shell): string {
  const json = JSON.stringify({ token, ...start }).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pipeline console</title>
<link rel="icon" href="data:,">
<style>${PAGE_STYLE}</style>
</head>
<body>
<div id="console"><p class="soft">Reading …</p></div>
<script type="application/json" id="start">${json}</script>
<script>${program.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
}
