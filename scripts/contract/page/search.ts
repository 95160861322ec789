/**
 * What the search box does: parts without all of its words are hidden, and so is a section without any part that is left. A part that
 * is linked is shown whatever the box says. The key / goes to the box and Escape empties it. No text of the contract is in here.
 */
export const SEARCH = `
const box = document.getElementById('search');
const told = document.getElementById('found');
const parts = [...document.querySelectorAll('.part')].map((part) => ({ part, text: part.textContent.toLowerCase() }));
function filter() {
  const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const { part, text } of parts) {
    part.hidden = !words.every((word) => text.includes(word));
    if (!part.hidden) shown += 1;
  }
  for (const section of document.querySelectorAll('main > section')) {
    section.hidden = words.length > 0 && section.querySelector('.part:not([hidden])') === null;
  }
  document.getElementById('nothing').hidden = shown > 0;
  const top = document.querySelector('header').offsetHeight;
  if (words.length > 0 && scrollY > top) scrollTo(0, top);
  told.textContent = words.length === 0 ? '' : shown + ' of ' + parts.length + ' parts';
}
function show() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target === null || target.closest('[hidden]') === null) return;
  box.value = '';
  filter();
  target.scrollIntoView();
}
box.addEventListener('input', filter);
addEventListener('hashchange', show);
addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== box) { event.preventDefault(); box.focus(); }
  if (event.key === 'Escape' && document.activeElement === box) { box.value = ''; filter(); }
});
filter();
`;
