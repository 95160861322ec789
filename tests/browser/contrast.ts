/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Page } from 'playwright-core';

/** A text whose color is too close to what is behind it. */
export interface FaintText {
  readonly text: string;
  readonly ratio: number;
  readonly color: string;
  readonly behind: string;
}

/**
 * Find texts with less contrast than WCAG 2.2 level AA asks for: 4.5 to 1, or 3 to 1 for large ones.
 *
 * What is behind a text is the nearest ancestor with a background that reaches behind it; in a diagram it is the last filled shape drawn before
 * the text that covers its middle.
 */
export function faintTexts(page: Page): Promise<readonly FaintText[]> {
  return page.evaluate(() => {
    const parse = (color: string): readonly number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
    const isSolid = (color: string): boolean => {
      const parts = parse(color);
      return parts.length >= 3 && (parts[3] ?? 1) > 0.99;
    };
    const luminance = (color: string): number => {
      const [r = 0, g = 0, b = 0] = parse(color).map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratioOf = (a: string, b: string): number => {
      const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
      return (light + 0.05) / (dark + 0.05);
    };
    const covers = (box: DOMRect, { left, top, width, height }: DOMRect): boolean => {
      const [x, y] = [left + width / 2, top + height / 2];
      return box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
    };
    const behindBox = (element: Element | null): string => {
      const text = element?.getBoundingClientRect();
      for (let at = element; at !== null; at = at.parentElement) {
        const { backgroundColor } = getComputedStyle(at);
        if (text !== undefined && !covers(at.getBoundingClientRect(), text)) continue;
        if (isSolid(backgroundColor)) return backgroundColor;
      }
      // The background of the body fills the whole canvas, also beyond its box.
      const canvas = getComputedStyle(document.body).backgroundColor;
      return isSolid(canvas) ? canvas : 'rgb(255, 255, 255)';
    };
    const behindText = (text: Element, svg: Element): string => {
      const box = text.getBoundingClientRect();
      const shapes = [...svg.querySelectorAll('rect')].filter((shape) => {
        const is_before = (shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
        return is_before && covers(shape.getBoundingClientRect(), box);
      });
      const last = shapes.at(-1);
      return last === undefined ? behindBox(svg) : getComputedStyle(last).fill;
    };
    const found: FaintText[] = [];
    for (const element of document.querySelectorAll('body *')) {
      const has_text = [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '',
      );
      if (!has_text || !(element as HTMLElement).checkVisibility()) continue;
      const svg = element.closest('svg');
      if (svg !== null && element.tagName.toLowerCase() === 'title') continue;
      const style = getComputedStyle(element);
      const color = svg === null ? style.color : style.fill;
      const behind = svg === null ? behindBox(element) : behindText(element, svg);
      const size_px = Number.parseFloat(style.fontSize);
      const is_large = size_px >= 24 || (size_px >= 18.66 && Number(style.fontWeight) >= 700);
      const ratio = ratioOf(color, behind);
      if (ratio < (is_large ? 3 : 4.5)) {
        found.push({ text: (element.textContent ?? '').trim().slice(0, 40), ratio, color, behind });
      }
    }
    return found;
  });
}
