import { processorBlocks } from '../blocks/registry.ts';
import type { Contract } from '../contract.ts';
import { at, type JsonObject, membersOf } from '../json.ts';
import {
  type Addition,
  AdditionError,
  givenValue,
  givenValues,
  type Kind,
  requiredValue,
  requireListed,
  requireNew,
  SNAKE_CASE,
  type Values,
} from './addition.ts';

/** A processor of the registry, and its place in the fan-in or the cascade. */
export const PROCESSOR: Kind = {
  name: 'processor',
  says: 'a processor, and its name wherever the fan-in or the cascade waits for it or runs it',
  example:
    'contract add processor --phase phase_3_analytics --processor team_pace_summary --requires nbac_team_boxscores',
  flags: [
    { form: '--phase <phase>', says: 'its phase, such as phase_3_analytics', required: true },
    { form: '--processor <name>', says: 'its canonical name', required: true },
    { form: '--requires <processor>', says: 'whose tables it reads', many: true },
    { form: '--alias <name>', says: 'another spelling; its class name if none is given', many: true },
    { form: '--dataset <dataset>', says: 'where its table is; that of its phase if it is left out' },
    { form: '--table <table>', says: 'its table; of its own name if it is left out' },
    { form: '--level <number>', says: 'its level of the cascade, for Phase 4' },
  ],
  decide: decideProcessor,
};

function decideProcessor({ document }: Contract, values: Values): Addition {
  const phases = membersOf(document['x-processors']);
  const phase = requireListed(
    'phase',
    requiredValue(values, 'phase'),
    phases.map(([name]) => name),
  );
  const registered = phases.flatMap(([, processors]) => membersOf(processors).map(([name]) => name));
  const name = requiredValue(values, 'processor');
  requireNew('processor', name, SNAKE_CASE, registered.includes(name));
  const aliases = givenValues(values, 'alias');
  const processor = {
    phase,
    name,
    aliases: aliases.length > 0 ? aliases : [className(name, phase)],
    dataset: givenValue(values, 'dataset') ?? datasetOf(document, phase),
    table: givenValue(values, 'table') ?? name,
    requires: givenValues(values, 'requires').map((one) => requireListed('requires', one, registered)),
    level: cascadeLevelOf(document, phase, givenValue(values, 'level')),
  };
  return {
    blocks: processorBlocks(document, processor),
    entries: [],
    by_hand: [
      `write what ${name} computes; without it \`npm run check\` says which table of the reference lacks it`,
      'describe its figures in docs/figures.md',
    ],
  };
}

function cascadeLevelOf(document: JsonObject, phase: string, level: string | undefined): number | null {
  const peers = membersOf(at(document, 'x-processors', phase)).map(([, peer]) => at(peer, 'level'));
  const levels = [...new Set(peers.filter((peer) => typeof peer === 'number'))].sort();
  if (levels.length === 0 && level === undefined) return null;
  if (levels.length > 0 && levels.map(String).includes(level ?? '')) return Number(level);
  const expected = levels.length > 0 ? `to be one of ${levels.join(', ')}` : `to be left out for ${phase}`;
  throw new AdditionError(`expected --level ${expected}; got ${level ?? 'none'}`);
}

function datasetOf(document: JsonObject, phase: string): string {
  const [, first] = membersOf(at(document, 'x-processors', phase))[0] ?? [];
  const dataset = at(first, 'dataset');
  if (typeof dataset === 'string') return dataset;
  throw new AdditionError(`expected --dataset, since ${phase} has no processor yet`);
}

function className(name: string, phase: string): string {
  const camel = name.replaceAll(/(?:^|_)(\w)/g, (_all, letter: string) => letter.toUpperCase());
  return `${camel}${phase === 'phase_1_scrapers' ? 'Scraper' : 'Processor'}`;
}
