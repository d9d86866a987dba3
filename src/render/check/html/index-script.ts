// The filters of a report's index. They hide what is on the page already, so that they work without a server and from a
// file; what is chosen stands in the address, so that it can be handed on. Without scripts there is no form, and all
// cases are shown. The policy of the page allows this text alone, by its hash.

export const INDEX_SCRIPT = `'use strict';
(() => {
  const form = document.getElementById('filters');
  const count = document.getElementById('count');
  const search = form.elements.namedItem('q');
  const boxes = [...form.querySelectorAll('input[type=checkbox][value]')];
  const differing = form.elements.namedItem('differs');
  const groups = [...document.querySelectorAll('details.group')].map((details) => {
    const names = [...details.querySelectorAll('thead th')].map((th) => th.textContent.toLowerCase());
    const rows = [...details.querySelectorAll('tbody tr')].map((tr) => {
      const id = tr.cells[0].textContent.toLowerCase();
      const entries = [...tr.cells].slice(1).flatMap((cell, i) =>
        [...cell.children].map((element) => ({
          element, column: i + 1, id, kind: element.dataset.k, differs: element.querySelector('em') !== null,
          text: (names[i + 1] + ' ' + id + ' ' + element.textContent + ' ' + (element.dataset.r || '')).toLowerCase(),
        })));
      return { tr, entries };
    });
    return { details, rows, heads: [...details.querySelectorAll('thead th')], wasOpen: details.open };
  });
  const isNumber = /^\\d+(?:\\.\\d+)*\\.?\\*?$/;
  const matchesWord = (entry, word) => {
    if (!isNumber.test(word)) return entry.text.includes(word);
    const id = word.replace(/\\.?\\*?$/, '');
    return entry.id === id || entry.id.startsWith(id + '.');
  };
  const apply = () => {
    const words = search.value.toLowerCase().split(/\\s+/).filter((word) => word !== '');
    const kinds = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const isAll = words.length === 0 && kinds.size === boxes.length && !differing.checked;
    let shown = 0;
    let all = 0;
    for (const { details, rows, heads, wasOpen } of groups) {
      const columns = new Set();
      let found = 0;
      for (const { tr, entries } of rows) {
        let own = 0;
        for (const entry of entries) {
          const is = kinds.has(entry.kind) && (!differing.checked || entry.differs) && words.every((word) => matchesWord(entry, word));
          entry.element.hidden = !is;
          if (is) { own++; columns.add(entry.column); }
        }
        tr.hidden = own === 0;
        found += own;
        all += entries.length;
      }
      heads.forEach((th, i) => { th.hidden = i > 0 && !columns.has(i); });
      for (const { tr } of rows) for (let i = 1; i < tr.cells.length; i++) tr.cells[i].hidden = !columns.has(i);
      details.hidden = found === 0;
      details.open = isAll ? wasOpen : found > 0;
      shown += found;
    }
    count.textContent = isAll ? all + ' cases' : shown + ' of ' + all + ' cases shown';
    const state = new URLSearchParams();
    if (search.value !== '') state.set('q', search.value);
    if (kinds.size < boxes.length) state.set('show', [...kinds].join(' '));
    if (differing.checked) state.set('differs', '1');
    const text = state.toString();
    if (text !== '' || location.hash.startsWith('#?')) history.replaceState(null, '', '#' + (text === '' ? '' : '?' + text));
  };
  const restore = () => {
    if (!location.hash.startsWith('#?')) return;
    const state = new URLSearchParams(location.hash.slice(2));
    search.value = state.get('q') || '';
    const kinds = state.get('show');
    if (kinds !== null) for (const box of boxes) box.checked = kinds.split(' ').includes(box.value);
    differing.checked = state.get('differs') === '1';
  };
  const openTarget = () => {
    const target = location.hash.length > 1 && !location.hash.startsWith('#?') ? document.getElementById(location.hash.slice(1)) : null;
    if (target instanceof HTMLDetailsElement) target.open = true;
  };
  let waiting = 0;
  form.hidden = false;
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(apply, 60); });
  form.addEventListener('reset', () => setTimeout(apply));
  for (const [id, open] of [['open-all', true], ['close-all', false]])
    document.getElementById(id).addEventListener('click', () => { for (const { details } of groups) details.open = open; });
  addEventListener('hashchange', () => { restore(); openTarget(); apply(); });
  addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    search.focus();
  });
  restore();
  apply();
  openTarget();
})();
`;
