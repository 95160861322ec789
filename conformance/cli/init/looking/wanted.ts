import type { Folder } from './folder.ts';

/** The packages that a project in Python asks for. */
export interface Wanted {
  /** The file that asks for them. */
  readonly because?: string;
  /** Whether a package is asked for, by its name with dashes. */
  has(name: string): boolean;
}

const FILES = [
  'requirements.txt',
  'pyproject.toml',
  'Pipfile',
  'requirements.in',
  'setup.cfg',
  'setup.py',
  'environment.yml',
];

/** Read which packages a project in Python asks for, in whichever of the usual files. */
export function wantedBy({ read }: Folder): Wanted {
  const files = FILES.filter((file) => read(file) !== undefined);
  const included = [...(read('requirements.txt') ?? '').matchAll(/^-(?:r|-requirement)[\s=]*(\S+)/gm)];
  const text = [...files, ...included.map(([, file = '']) => file)]
    .map((file) => read(file) ?? '')
    .join('\n')
    .replaceAll(/(^|\s)#.*$/gm, '')
    .replaceAll(/^\s*(name|description|keywords)\s*=.*$/gm, '')
    .replaceAll('_', '-')
    .toLowerCase();
  const [because] = files;
  return {
    ...(because === undefined ? {} : { because }),
    has: (name) => new RegExp(`(^|["'\\s])${name}(?![\\w-])`, 'm').test(text),
  };
}
