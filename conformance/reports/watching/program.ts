/**
 * What runs in the page: it takes the parts that the server sends, and sends back which cases are to run again. The server
 * sends markup in which every text is escaped; lines of components are put in as text.
 */
export const WATCH_PROGRAM = `
const LINES_MAX = 500;
const token = document.body.dataset.token;
const at = (id) => document.getElementById(id);
const put = (id, markup) => { at(id).innerHTML = markup; };

async function run(cases) {
  const answer = await fetch('/run', {
    method: 'POST',
    headers: { 'x-watch-token': token, 'content-type': 'application/json' },
    body: JSON.stringify({ cases }),
  });
  if (!answer.ok) at('sentence').textContent = (await answer.json()).error;
}
const caseOf = ({ dataset: { check, round, schedule } }) => ({ check, round: Number(round), schedule: schedule === '' ? null : schedule });
// What somebody has opened or closed stays so, in later runs too.
const opened = new Map();
document.addEventListener('click', ({ target }) => {
  const one = target.closest('summary')?.parentElement;
  if (one && one.id !== '') opened.set(one.id, !one.open);
}, true);
const broken = () => [...document.querySelectorAll('#findings .again')].map(caseOf);

at('run-all').onclick = () => run('everything');
at('run-broken').onclick = () => run(broken());
document.addEventListener('click', ({ target }) => {
  const again = target instanceof HTMLButtonElement && target.closest('.again');
  if (again) run([caseOf(again)]);
});

const show = {
  head({ run, stage, what, sentence, done, planned, trying, seconds, title }) {
    document.title = title;
    at('title').textContent = title;
    at('what').textContent = 'Run ' + run + ': ' + what;
    at('sentence').textContent = sentence;
    at('progress').max = Math.max(1, planned);
    at('progress').value = done;
    at('count').textContent = done + ' of ' + planned + ' cases, ' + seconds + ' s';
    at('trying').textContent = trying.length === 0 ? '' : 'Trying ' + trying.join('; ');
    document.body.dataset.stage = stage;
  },
  chips: (markup) => put('chips', markup),
  verdict: (markup) => put('verdict', markup),
  findings(markup) {
    put('findings', markup);
    for (const one of document.querySelectorAll('#findings details[id]')) if (opened.has(one.id)) one.open = opened.get(one.id);
    for (const again of document.querySelectorAll('#findings .again')) {
      const button = document.createElement('button');
      button.textContent = 'Run this case again';
      again.append(' ', button);
    }
    at('run-broken').disabled = broken().length === 0;
  },
  lines(lines) {
    const log = at('log');
    const is_at_end = log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
    for (const { process, text } of lines) {
      const line = document.createElement('div');
      const from = document.createElement('span');
      from.className = 'from';
      from.textContent = process + ' ';
      line.append(from, text);
      log.append(line);
    }
    while (log.childElementCount > LINES_MAX) log.firstElementChild.remove();
    if (is_at_end) log.scrollTop = log.scrollHeight;
  },
  no_lines: () => put('log', ''),
};

const events = new EventSource('/events?token=' + token);
for (const [kind, take] of Object.entries(show)) events.addEventListener(kind, ({ data }) => take(JSON.parse(data)));
events.onopen = () => { at('gone').hidden = true; put('log', ''); };
events.onerror = () => { at('gone').hidden = false; };
`;
