import { escapeMarkup } from './html/escape.ts';
import { listed } from './sentences.ts';

/** What a badge says: a name on the left, a verdict on the right. */
export interface Badge {
  readonly label: string;
  readonly message: string;
  readonly tone: 'good' | 'bad' | 'unknown';
}

/** White on each of these has a contrast of 4.5 or more. */
const COLORS: Readonly<Record<Badge['tone'], string>> = {
  good: '#0b6b3a',
  bad: '#b3161c',
  unknown: '#59616f',
};
const LABEL_COLOR = '#1b1f27';
/** Verdana at 11 pixels is about so wide; a text is fitted into what it was given. */
const LETTER_WIDTH = 6.6;
const MARGIN = 12;

/** Draw a badge as SVG that loads nothing. */
export function badgeSvg({ label, message, tone }: Badge): string {
  const [left, right] = [label, message].map((text) => Math.round(text.length * LETTER_WIDTH) + MARGIN) as [
    number,
    number,
  ];
  const text = (words: string, from: number, width: number): string =>
    `<text x="${from + width / 2}" y="14" textLength="${width - MARGIN}" lengthAdjust="spacingAndGlyphs">${escapeMarkup(words)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${escapeMarkup(`${label}: ${message}`)}">`,
    `<title>${escapeMarkup(`${label}: ${message}`)}</title>`,
    `<rect width="${left}" height="20" fill="${LABEL_COLOR}" />`,
    `<rect x="${left}" width="${right}" height="20" fill="${COLORS[tone]}" />`,
    '<g fill="#ffffff" text-anchor="middle" font-family="Verdana, DejaVu Sans, sans-serif" font-size="11">',
    text(label, 0, left),
    text(message, left, right),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** Word the badge of a run or of a certificate: what it is about on the left; only a whole run conforms without a number. */
export function badgeOf(facts: {
  readonly contract: string;
  readonly verdict: 'conforms' | 'does_not_conform' | 'incomplete';
  readonly is_whole: boolean;
  readonly passed: number;
  readonly failed: number;
  /** What it says that it does not offer. */
  readonly without?: readonly string[] | undefined;
}): Badge {
  const { contract, verdict, is_whole, passed, failed, without = [] } = facts;
  const label = `nba pipeline contract ${contract}`;
  if (verdict === 'does_not_conform') return { label, message: `${failed} failed`, tone: 'bad' };
  if (verdict === 'incomplete') return { label, message: 'not judged wholly', tone: 'unknown' };
  const lacking = without.length === 0 ? '' : `, without ${listed(without)}`;
  return {
    label,
    message: `${is_whole ? 'conforms' : `${passed} requirements kept`}${lacking}`,
    tone: 'good',
  };
}
