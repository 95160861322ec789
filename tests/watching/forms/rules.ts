/** What the REST reference demands of a form beyond its fields, as JSON Schema. */
export const RULES = {
  'log-metric': {
    required: ['name', 'filter', 'metricDescriptor'],
    properties: {
      name: { type: 'string', pattern: "^[A-Za-z0-9_\\-.,+!*',()%/]{1,100}$" },
      description: { type: 'string', maxLength: 8000 },
      filter: { type: 'string', minLength: 1, maxLength: 20_000 },
      metricDescriptor: { required: ['metricKind', 'valueType'], properties: { labels: { maxItems: 10 } } },
    },
    // A distribution is of extracted values; a counter has none.
    if: { properties: { metricDescriptor: { properties: { valueType: { const: 'DISTRIBUTION' } } } } },
    // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema, not a promise.
    then: {
      required: ['valueExtractor'],
      properties: { bucketOptions: { minProperties: 1, maxProperties: 1 } },
    },
    else: { properties: { valueExtractor: false, bucketOptions: false } },
  },
  'alert-policy': {
    required: ['displayName', 'combiner', 'conditions', 'enabled'],
    properties: {
      displayName: { type: 'string', minLength: 1, maxLength: 512 },
      combiner: { enum: ['AND', 'OR', 'AND_WITH_MATCHING_RESOURCE'] },
      documentation: {
        properties: { content: { type: 'string', maxLength: 8192 }, mimeType: { const: 'text/markdown' } },
      },
      userLabels: labels(),
      conditions: {
        minItems: 1,
        maxItems: 6,
        items: {
          required: ['displayName'],
          ...exactlyOneOf([
            'conditionThreshold',
            'conditionAbsent',
            'conditionMatchedLog',
            'conditionMonitoringQueryLanguage',
            'conditionPrometheusQueryLanguage',
            'conditionSql',
          ]),
          properties: {
            conditionThreshold: {
              required: ['filter', 'comparison', 'duration'],
              properties: {
                filter: { type: 'string', minLength: 1, maxLength: 2048 },
                // The only two that Google supports today.
                comparison: { enum: ['COMPARISON_GT', 'COMPARISON_LT'] },
                duration: { pattern: '^[0-9]+s$' },
                aggregations: { items: aggregation() },
              },
            },
            conditionMatchedLog: { required: ['filter'] },
          },
        },
      },
      alertStrategy: {
        properties: {
          autoClose: { pattern: '^[0-9]+s$' },
          notificationRateLimit: { required: ['period'], properties: { period: { pattern: '^[0-9]+s$' } } },
        },
      },
    },
    // A condition on log lines needs a limit of its notifications, and no other condition may have one.
    if: { properties: { conditions: { contains: { required: ['conditionMatchedLog'] } } } },
    // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema, not a promise.
    then: {
      required: ['alertStrategy'],
      properties: { alertStrategy: { required: ['notificationRateLimit'] }, conditions: { maxItems: 1 } },
    },
    else: { properties: { alertStrategy: { properties: { notificationRateLimit: false } } } },
  },
  dashboard: {
    required: ['displayName'],
    ...exactlyOneOf(['gridLayout', 'mosaicLayout', 'rowLayout', 'columnLayout']),
    properties: {
      displayName: { type: 'string', minLength: 1 },
      labels: labels(),
      mosaicLayout: {
        required: ['columns', 'tiles'],
        properties: {
          columns: { type: 'integer', minimum: 1, maximum: 48 },
          tiles: {
            maxItems: 100,
            items: {
              required: ['width', 'height', 'widget'],
              properties: {
                width: { type: 'integer', minimum: 1, maximum: 48 },
                height: { type: 'integer', minimum: 1 },
                widget: {
                  required: ['title'],
                  // A title, perhaps an id and a visibility, and one thing to show.
                  ...exactlyOneOf([
                    'xyChart',
                    'scorecard',
                    'text',
                    'logsPanel',
                    'alertChart',
                    'incidentList',
                  ]),
                  properties: {
                    xyChart: { required: ['dataSets'] },
                    scorecard: { required: ['timeSeriesQuery'] },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
} as const;

/** Name a form of what watches. */
export type FormName = keyof typeof RULES;

function exactlyOneOf(names: readonly string[]): object {
  return { oneOf: names.map((name) => ({ required: [name] })) };
}

function labels(): object {
  return {
    maxProperties: 64,
    propertyNames: { pattern: '^[a-z][a-z0-9_-]{0,62}$' },
    additionalProperties: { type: 'string', pattern: '^[a-z0-9_-]{0,63}$' },
  };
}

function aggregation(): object {
  return {
    required: ['alignmentPeriod', 'perSeriesAligner'],
    // At least a minute.
    properties: { alignmentPeriod: { pattern: '^([6-9][0-9]|[1-9][0-9]{2,})s$' } },
  };
}
