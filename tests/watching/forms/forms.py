"""What Google's own message classes, which come with gcloud, know about the forms of what watches.

    PYTHON forms.py SDK schemas          prints a JSON Schema of each form
    PYTHON forms.py SDK decode FORM ...  reads {file: text} on standard input, prints {file: [problem, ...]}

PYTHON is the one that gcloud runs with, SDK its folder.
"""

import json
import sys

sys.path[:0] = [f'{sys.argv[1]}/lib', f'{sys.argv[1]}/lib/third_party']

from apitools.base.protorpclite import messages  # noqa: E402
from apitools.base.py import encoding  # noqa: E402
from googlecloudsdk.generated_clients.apis.logging.v2 import logging_v2_messages as logging  # noqa: E402
from googlecloudsdk.generated_clients.apis.monitoring.v1 import monitoring_v1_messages as dashboards  # noqa: E402
from googlecloudsdk.generated_clients.apis.monitoring.v3 import monitoring_v3_messages as policies  # noqa: E402

FORMS = {'Dashboard': dashboards.Dashboard, 'AlertPolicy': policies.AlertPolicy, 'LogMetric': logging.LogMetric}
# Only what a service prints about itself has values of any shape.
ANY = {'JsonValue', 'JsonObject', 'JsonArray', 'Status'}


def schema_of(form):
    """A schema that knows every field and every word of a form, and nothing else."""
    definitions = {}
    define(form, definitions)
    return {
        '$schema': 'http://json-schema.org/draft-07/schema#',
        '$ref': f'#/definitions/{form.__name__}',
        'definitions': dict(sorted(definitions.items())),
    }


def define(message, definitions):
    if message.__name__ in definitions:
        return
    definitions[message.__name__] = {}
    definitions[message.__name__] = {
        'type': 'object',
        'additionalProperties': False,
        'properties': {
            field.name: repeated(field, value_of(field, definitions))
            for field in sorted(message.all_fields(), key=lambda field: field.number)
        },
    }


def repeated(field, value):
    return {'type': 'array', 'items': value} if field.repeated else value


def value_of(field, definitions):
    if isinstance(field, messages.EnumField):
        return {'enum': sorted(field.type.names())}
    if isinstance(field, messages.StringField):
        return {'type': 'string'}
    if isinstance(field, messages.BooleanField):
        return {'type': 'boolean'}
    if isinstance(field, messages.FloatField):
        return {'type': 'number'}
    if isinstance(field, messages.IntegerField):
        wide = field.variant in (messages.Variant.INT64, messages.Variant.UINT64)
        # Whole numbers of 64 bits are taken as text too, and printed so.
        return {'type': ['integer', 'string'], 'pattern': '^-?[0-9]+$'} if wide else {'type': 'integer'}
    if field.message_type.__name__ in ANY:
        return {}
    names = [each.name for each in field.message_type.all_fields()]
    if names == ['additionalProperties']:
        value = field.message_type.AdditionalProperty.field_by_name('value')
        return {'type': 'object', 'additionalProperties': value_of(value, definitions)}
    define(field.message_type, definitions)
    return {'$ref': f'#/definitions/{field.message_type.__name__}'}


def problems_of(form, text):
    """Decode as gcloud does; say what did not arrive, and what does not come out again as it went in."""
    value = json.loads(text)
    try:
        message = encoding.PyValueToMessage(form, value)
    except Exception as error:  # pylint: disable=broad-except
        return [f'cannot be decoded: {error}']
    unknown = list(strangers(message, ''))
    again = json.loads(encoding.MessageToJson(message))
    return unknown or ([] if as_text(again) == as_text(value) else ['does not come out as it went in'])


def strangers(message, path):
    for name in message.all_unrecognized_fields():
        yield f'{path}{name} is not known'
    for field in message.all_fields():
        value = message.get_assigned_value(field.name)
        if not isinstance(field, messages.MessageField) or value is None:
            continue
        for index, one in enumerate(value if field.repeated else [value]):
            if isinstance(one, messages.Message):
                yield from strangers(one, f'{path}{field.name}.{index}.' if field.repeated else f'{path}{field.name}.')


def as_text(value):
    """Empty lists are left out of what is printed, and numbers may be text."""
    if isinstance(value, dict):
        return {name: as_text(one) for name, one in value.items() if one != []}
    if isinstance(value, list):
        return [as_text(one) for one in value]
    return str(float(value)) if isinstance(value, (int, float)) and not isinstance(value, bool) else number_or(value)


def number_or(value):
    return str(float(value)) if isinstance(value, str) and value.isdigit() else value


if sys.argv[2] == 'schemas':
    print(json.dumps({name: schema_of(form) for name, form in FORMS.items()}))
else:
    given = json.load(sys.stdin)
    print(json.dumps({name: problems_of(FORMS[sys.argv[3]], text) for name, text in given.items()}))
