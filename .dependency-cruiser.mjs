const HOUSE = '^(reference|conformance|scripts|tests)/';
const CORE = [
  '^(?:reference|conformance)/.*decide[^/]*[.]ts$',
  '^reference/(basketball|trace)/',
  '^scripts/deploy/(topology|plan)/',
  '^scripts/drift/(decide|finding|subscriptions|words)[.]ts$',
];

/** The floors of the reference, from the ground up; rooms of one floor stand beside each other. */
const REFERENCE_FLOORS = [
  ['errors', 'figures', 'calendar'],
  ['ports', 'basketball'],
  ['watching', 'alerts'],
  ['http', 'message'],
  ['security', 'runs', 'trace'],
  ['scrapers', 'raw', 'analytics', 'precompute', 'orchestration', 'predictions'],
  ['operations'],
  ['google'],
  ['services'],
  ['local'],
  ['console'],
  ['cli'],
];

/** The floors of the judge, from the ground up. */
const CONFORMANCE_FLOORS = [
  ['contract'],
  ['history'],
  ['cloud'],
  ['exploration'],
  ['targets'],
  ['harness'],
  ['checks'],
  ['requirements'],
  ['project'],
  ['verdict'],
  ['recordings', 'testing'],
  ['library'],
  ['reports'],
  ['failures', 'certificates'],
  ['cli'],
];

/** One rule per room: it imports nothing of its own floor but itself, and nothing of the floors above. */
function roomRules(product, floors) {
  return floors.flatMap((floor, height) =>
    floor.map((room) => ({
      name: `${product}-arrows-run-down`,
      comment: `A room of ${product}/ imports rooms of the floors below its own, so that it can be read without the others.`,
      severity: 'error',
      from: { path: `^${product}/${room}/` },
      to: {
        path: `^${product}/(${floors
          .slice(height)
          .flat()
          .filter((other) => other !== room)
          .join('|')})/`,
      },
    })),
  );
}

/** Say which rooms may import which; `npm run check:imports` reads it. */
export default {
  forbidden: [
    {
      name: 'the-judge-knows-no-defendant',
      comment: 'conformance/ must judge any implementation, so it never imports reference/.',
      severity: 'error',
      from: { path: '^conformance/' },
      to: { path: '^reference/' },
    },
    {
      name: 'the-defendant-knows-no-judge',
      comment: 'reference/ must work without the judge, so it never imports conformance/.',
      severity: 'error',
      from: { path: '^reference/' },
      to: { path: '^conformance/' },
    },
    ...roomRules('reference', REFERENCE_FLOORS),
    ...roomRules('conformance', CONFORMANCE_FLOORS),
    {
      name: 'every-room-has-a-floor',
      comment: 'A new room of reference/ gets its place in REFERENCE_FLOORS.',
      severity: 'error',
      from: {},
      to: { path: `^reference/(?!(${REFERENCE_FLOORS.flat().join('|')})/)[^/]+/` },
    },
    {
      name: 'every-room-of-the-judge-has-a-floor',
      comment: 'A new room of conformance/ gets its place in CONFORMANCE_FLOORS.',
      severity: 'error',
      from: {},
      to: { path: `^conformance/(?!(${CONFORMANCE_FLOORS.flat().join('|')})/)[^/]+/` },
    },
    {
      name: 'products-need-no-workshop',
      comment: 'reference/ and conformance/ never import scripts/ or tests/.',
      severity: 'error',
      from: { path: '^(reference|conformance)/' },
      to: { path: '^(scripts|tests)/' },
    },
    {
      name: 'the-library-shows-the-judge',
      comment:
        'conformance/library/ is what others import: it shows generated/ and rooms of the judge, without its programs.',
      severity: 'error',
      from: { path: '^conformance/library/' },
      to: { path: '^conformance/(cli|reports|failures|certificates|project)/' },
    },
    {
      name: 'generated-code-stands-alone',
      comment: 'generated/ follows from the contract only and imports nothing of the house.',
      severity: 'error',
      from: { path: '^generated/' },
      to: { path: HOUSE },
    },
    {
      name: 'the-workshop-needs-no-products',
      comment:
        'scripts/ work on the contract and import neither reference/ nor conformance/; four rooms are excepted below.',
      severity: 'error',
      from: { path: '^scripts/(?!figures/|build/|generate/|package/)' },
      to: { path: '^(reference|conformance)/' },
    },
    {
      name: 'generation-needs-the-names-of-checks-only',
      comment:
        'scripts/generate/ may load the checks, which say what they test, and no other part of the products.',
      severity: 'error',
      from: { path: '^scripts/generate/' },
      to: { path: '^(reference|conformance)/', pathNot: '^conformance/checks/all[.]ts$' },
    },
    {
      name: 'figures-need-figures-only',
      comment: 'scripts/figures/ may import reference/figures/ and no other part of the products.',
      severity: 'error',
      from: { path: '^scripts/figures/' },
      to: { path: '^(reference|conformance)/', pathNot: '^reference/figures/' },
    },
    {
      name: 'a-package-says-of-what-it-is-built',
      comment:
        'scripts/package/ may import what computes the digest of the judge and what bundles the console, and no other part of the products.',
      severity: 'error',
      from: { path: '^scripts/package/' },
      to: {
        path: '^(reference|conformance)/',
        pathNot: '^(conformance/certificates/origin/judge[.]ts|reference/console/page/program[.]mjs)$',
      },
    },
    {
      name: 'a-build-needs-the-bundler-only',
      comment: 'scripts/build/ may import what bundles the services and no other part of the products.',
      severity: 'error',
      from: { path: '^scripts/build/' },
      to: { path: '^(reference|conformance)/', pathNot: '^reference/services/bundle[.]mjs$' },
    },
    {
      name: 'drift-only-looks',
      comment: 'scripts/drift/ reads a project with the eyes of scripts/deploy/ and never with its hands.',
      severity: 'error',
      from: { path: '^scripts/drift/' },
      to: { path: '^scripts/deploy/(execution/|actions/(apply|destroy|rollback|schedules))' },
    },
    {
      name: 'only-tests-import-tests',
      comment: 'tests/ are the outermost room.',
      severity: 'error',
      from: { pathNot: '^tests/' },
      to: { path: '^tests/' },
    },
    {
      name: 'no-circle',
      comment: 'Files that import each other in a circle cannot be read one after the other.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'cores-know-no-machine',
      comment: 'Decisions and formulas are functions of their arguments: no module of Node.',
      severity: 'error',
      from: { path: CORE },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'cores-know-no-service',
      comment: 'Decisions and formulas know neither a Google client nor what implements a port.',
      severity: 'error',
      from: { path: CORE },
      to: { path: '(^|/)@(google-cloud|grpc)/|^reference/(google|local|http|cli)/' },
    },
    {
      name: 'cores-reach-no-service',
      comment:
        'What a decision or formula imports leads to no Google client and no implementation of a port either.',
      severity: 'error',
      from: { path: CORE },
      to: { path: '(^|/)@(google-cloud|grpc)/|^reference/(google|local|http|cli)/', reachable: true },
    },
    {
      name: 'imports-lead-somewhere',
      comment: 'An import that resolves to nothing is followed by no rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    detectJSDocImports: false,
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
