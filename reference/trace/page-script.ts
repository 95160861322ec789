/**
 * Script of the timeline page: arrows between bars, details of the bar that is pointed at or focused, keys.
 *
 * It is written for the browser and kept as text, so that the page stays one file.
 */
export const PAGE_SCRIPT = `
(() => {
  const chart = document.querySelector('.chart');
  const svg = document.querySelector('.arrows');
  const panel = document.querySelector('.details');
  const known = new Map(JSON.parse(document.getElementById('bars').textContent).map((bar) => [bar.id, bar]));
  const buttons = [...document.querySelectorAll('.bar')];
  const buttonOf = new Map(buttons.map((button) => [button.dataset.id, button]));
  const feeds = new Map([...known.keys()].map((id) => [id, []]));
  for (const bar of known.values()) for (const from of bar.fed_by) feeds.get(from)?.push(bar.id);
  let held = null;
  let shown = null;

  const draw = () => {
    const origin = chart.getBoundingClientRect();
    svg.replaceChildren();
    for (const bar of known.values()) {
      const to = buttonOf.get(bar.id)?.getBoundingClientRect();
      for (const source of bar.fed_by) {
        const from = buttonOf.get(source)?.getBoundingClientRect();
        if (!to || !from) continue;
        // What feeds a run may go on after that run has begun, as a batch does.
        const x1 = Math.min(from.right, Math.max(from.left, to.left - 14)) - origin.left, y1 = from.top + from.height / 2 - origin.top;
        const x2 = to.left - origin.left, y2 = to.top + to.height / 2 - origin.top;
        const bend = Math.max(14, Math.abs(x2 - x1) / 2);
        const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
        path.setAttribute('d', 'M' + x1 + ' ' + y1 + ' C' + (x1 + bend) + ' ' + y1 + ' ' + (x2 - bend) + ' ' + y2 + ' ' + x2 + ' ' + y2);
        path.dataset.from = source;
        path.dataset.to = bar.id;
        svg.append(path);
      }
    }
    mark(shown);
  };

  const mark = (id) => {
    chart.classList.toggle('dim', id !== null);
    const bar = known.get(id);
    const near = new Set(bar ? [id, ...bar.fed_by, ...feeds.get(id)] : []);
    for (const button of buttons) button.classList.toggle('near', near.has(button.dataset.id));
    for (const path of svg.children) {
      path.classList.toggle('near', id !== null && (path.dataset.from === id || path.dataset.to === id));
    }
  };

  const show = (id) => {
    shown = id;
    mark(id);
    const bar = known.get(id);
    if (!bar) return;
    const heading = document.createElement('h2');
    heading.textContent = bar.name;
    const list = document.createElement('dl');
    for (const [term, text] of bar.facts) list.append(...pair(term, document.createTextNode(text)));
    for (const [term, ids] of [['fed by', bar.fed_by], ['feeds', feeds.get(id)]]) {
      if (ids.length > 0) list.append(...pair(term, ...ids.map(link)));
    }
    panel.replaceChildren(heading, list);
  };

  const pair = (term, ...nodes) => {
    const dt = document.createElement('dt');
    dt.textContent = term;
    const dd = document.createElement('dd');
    for (const node of nodes) {
      const line = document.createElement('div');
      line.append(node);
      dd.append(line);
    }
    return [dt, dd];
  };

  const link = (id) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = known.get(id)?.name ?? id + ' (not in the history)';
    button.addEventListener('click', () => { hold(id); buttonOf.get(id)?.focus(); });
    return button;
  };

  const hold = (id) => {
    held = id;
    for (const button of buttons) button.classList.toggle('held', button.dataset.id === id);
    show(id);
  };

  const release = () => {
    hold(null);
    const heading = document.createElement('h2');
    heading.textContent = 'Details';
    const text = document.createElement('p');
    text.textContent = 'Point at a bar, or go to one with Tab and the arrow keys. Enter holds it.';
    panel.replaceChildren(heading, text);
  };

  for (const button of buttons) {
    const id = button.dataset.id;
    button.addEventListener('mouseenter', () => { if (held === null) show(id); });
    button.addEventListener('mouseleave', () => { if (held === null && document.activeElement !== button) mark(shown = null); });
    button.addEventListener('focus', () => { if (held === null) show(id); });
    button.addEventListener('click', () => (held === id ? release() : hold(id)));
  }

  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') return release();
    const at = buttons.indexOf(document.activeElement);
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (at === -1 || step === undefined) return;
    event.preventDefault();
    const byTime = event.key === 'ArrowRight' || event.key === 'ArrowLeft';
    const order = byTime ? [...buttons].sort((a, b) => a.getBoundingClientRect().left - b.getBoundingClientRect().left) : buttons;
    const next = order[order.indexOf(buttons[at]) + step];
    if (next) { if (held !== null) hold(next.dataset.id); next.focus(); }
  });

  addEventListener('resize', draw);
  draw();
})();
`;
