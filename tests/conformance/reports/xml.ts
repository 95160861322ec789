/** An element of an XML text; `text` is what stands directly in it, with entities resolved. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

interface Open {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: XmlElement[];
  text: string;
}

const TAG = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/y;
const TEXT = /[^<]+/y;
const ENTITY = /&(?:(amp|lt|gt|quot)|#(\d+));|&/g;

/**
 * Read XML as strictly as the standard asks: every tag closed in order, attributes quoted and unique, no bare `&` or `<`,
 * no forbidden character. Comments, CDATA and entities other than the predefined ones are refused; reports have none.
 */
export function readXml(source: string): XmlElement {
  const xml = source.replace(/^<\?xml [^?]*\?>\s*|^<!doctype html>\s*/, '').trimEnd();
  const root: Open = { name: '', attributes: {}, children: [], text: '' };
  const open: Open[] = [root];
  let at = 0;
  while (at < xml.length) {
    const here = open.at(-1) ?? root;
    TEXT.lastIndex = at;
    const text = TEXT.exec(xml)?.[0];
    if (text !== undefined) {
      here.text += resolve(text);
      at += text.length;
      continue;
    }
    TAG.lastIndex = at;
    const tag = TAG.exec(xml);
    if (tag === null) throw new Error(`no tag at "${xml.slice(at, at + 80)}"`);
    const [whole, closing, name = '', attributes = '', empty] = tag;
    at += whole.length;
    if (closing === '/') {
      if (here.name !== name || open.length === 1) throw new Error(`</${name}> closes <${here.name}>`);
      open.pop();
      continue;
    }
    const element: Open = { name, attributes: readAttributes(attributes), children: [], text: '' };
    here.children.push(element);
    if (empty !== '/') open.push(element);
  }
  const [only, ...others] = root.children;
  if (open.length !== 1 || only === undefined || others.length > 0 || root.text.trim() !== '') {
    throw new Error(`expected one root element that is closed, still open: ${open.map((one) => one.name)}`);
  }
  return only;
}

/** List an element and everything in it, in order. */
export function everything(element: XmlElement): readonly XmlElement[] {
  return [element, ...element.children.flatMap(everything)];
}

/** Join the text of an element and everything in it. */
export function textOf(element: XmlElement): string {
  return everything(element)
    .map(({ text }) => text)
    .join(' ');
}

function readAttributes(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/([\w:-]+)="([^"]*)"/g)) {
    if (name in found) throw new Error(`attribute ${name} stands twice in ${text}`);
    found[name] = resolve(value);
  }
  return found;
}

function resolve(text: string): string {
  const forbidden = [...text].find((character) => {
    const code = character.codePointAt(0) ?? 0;
    return (code < 32 && ![9, 10, 13].includes(code)) || (code >= 0xd800 && code < 0xe000) || code === 0xffff;
  });
  if (forbidden !== undefined) throw new Error(`forbidden character U+${forbidden.codePointAt(0)}`);
  const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
  return text.replaceAll(ENTITY, (whole, name?: string, code?: string) => {
    if (name !== undefined) return named[name] ?? '';
    if (code !== undefined) return String.fromCodePoint(Number(code));
    throw new Error(`bare ${whole} in "${text.slice(0, 60)}"`);
  });
}
