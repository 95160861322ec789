import { describe, expect, test } from 'vitest';
import { PAGE_STYLE } from '../../../reference/console/page/page-style.ts';

/** What texts are drawn in, and what may lie behind them. */
const TEXTS = ['ink', 'soft', 'link', 'good', 'busy', 'warn', 'bad'];
const GROUNDS = ['paper', 'panel', 'bad-paper'];
/** WCAG 2.2, level AA, for texts of any size. */
const CONTRAST_MIN = 4.5;

const themes = [...PAGE_STYLE.matchAll(/:root \{([^}]*)\}/g)].map(
  ([, text = '']) =>
    new Map([...text.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, hex]) => [name, hex])),
);

describe.each([
  ['light', themes[0]],
  ['dark', themes[1]],
])('the %s colours of the console', (_, theme) => {
  const colour = (name: string): string => {
    const found = theme?.get(name);
    if (found === undefined) throw new Error(`expected a colour --${name} in this theme`);
    return found;
  };
  const pairs = TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const));
  test.each([...pairs, ['paper', 'link'] as const])('%s on %s can be read', (text, ground) => {
    expect(contrast(colour(text), colour(ground))).toBeGreaterThanOrEqual(CONTRAST_MIN);
  });
});

/** The contrast of two colours `#rrggbb`, from 1 to 21, as WCAG 2.2 computes it. */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((from) => {
    const share = Number.parseInt(hex.slice(from, from + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
