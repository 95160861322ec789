import type { Contract } from '../../contract/contract.ts';

/** Write the README of generated/. */
export function readmeText(contract: Contract): string {
  return `# generated/

Everything here, this file included, is written by \`npm run generate\` from \`${contract.file}\` ${contract.version}
(sha256 ${contract.hash}). Do not edit: change the contract and generate again.
\`npm run check:generated\` fails when a file here differs from what the contract gives.

| file | holds |
|---|---|
| \`models.ts\` | an interface or union per named schema, and \`UnifiedMessage\` |
| \`validation.ts\` | \`validate(schema, direction, value)\`, \`MessageName\`, \`SchemaName\` |
| \`problems.ts\` | turns findings of the validators into one readable problem per field |
| \`validators.mjs\`, \`validators.d.mts\` | the compiled validators; use them through \`validation.ts\` |
| \`version.ts\` | version and hash of the contract, which results of the judge name |
| \`versions.ts\` | schemas and examples of messages, of today and of each released version |
| \`topology.ts\` | topics, and every \`x-\` section as a constant |
| \`warehouse.ts\` | the tables, subscriptions and views of \`bigquery/\`, as one constant |
| \`registry.ts\` | processors by phase, their canonical names and aliases |
| \`requirements.ts\` | requirements by id, their areas and profiles |
| \`requirement-checks.ts\` | the checks that test each requirement, read from the judge's code |
| \`examples.ts\` | the example messages |
| \`contract.json\` | topics, processors and every other \`x-\` section but the requirements, for other languages |
| \`names.schema.json\` | components and profiles, for the schema of target files |
| \`schemas/\` | JSON Schema (draft-07) per message, strict as for a sender |
| \`python/\` | the same for Python: models, validation, names, sections; pip installs it |
| \`monitoring/\` | log-based metrics, alert policies and dashboards, as gcloud takes them |
| \`bigquery/\` | tables and views of BigQuery, and the columns of each topic's messages |
| \`terraform/\` | the whole topology as a Terraform configuration |

Enters: the contract. Leaves: plain data, types and validators, the only form in which other rooms read the contract.
Never: an import from another room, a clock, a file or a network call.
`;
}
