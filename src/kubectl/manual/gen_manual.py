#!/usr/bin/env python3
"""Writes manual.txt: what `kubectl explain` tells of each kind, and the help of the commands.

  gen_manual.py OPENAPI_V3_DIR HELP_DIR > manual.txt

OPENAPI_V3_DIR holds what the server publishes (`kubectl get --raw /openapi/v3/apis/batch/v1` as
`apis__batch__v1_openapi.json` …; the files in the sources lack the enums); HELP_DIR holds `COMMAND.txt`, the output of
`kubectl COMMAND --help` (`kubectl.txt`: of `kubectl` alone).

Blocks begin with a line `=COMMAND` (help, as it is) or `@TYPE<TAB>description` and one line a field after it:
`name<TAB>type<TAB>flags<TAB>description`. A newline in a description is written `\\n`, a backslash `\\\\`. The type is as
`kubectl explain` shows it; if the fields of another type are behind it, that one's name follows after `@`. Flags: `+`
required; then the enum's values, parted by `|`.
"""
import json, os, sys

KINDS = {'api__v1': ['ConfigMap', 'Event', 'Namespace', 'Node', 'PersistentVolumeClaim', 'Pod', 'Secret', 'Service', 'ServiceAccount'],
         'apis__batch__v1': ['Job', 'CronJob'], 'apis__apps__v1': ['Deployment', 'ReplicaSet']}

types = {}


def escape(text):
    return (text or '').replace('\\', '\\\\').replace('\n', '\\n').replace('\t', ' ')


def short(ref):
    return ref.rsplit('.', 1)[-1].rsplit('/', 1)[-1]


def guess(schema, schemas):
    if schema.get('items'):
        text, target = guess(schema['items'], schemas)
        return '[]' + text, target
    extra = schema.get('additionalProperties')
    if extra and not isinstance(extra, bool):
        text, target = guess(extra, schemas)
        return 'map[string]' + text, target
    if len(schema.get('allOf') or []) == 1 and not schema.get('properties'):
        return guess(schema['allOf'][0], schemas)
    if '$ref' in schema:
        name = schema['$ref'].rsplit('/', 1)[-1]
        found = schemas[name]
        add(name, schemas)
        kind = found.get('type')
        return (short(name) if kind in (None, 'object') else kind), short(name)
    kind = schema.get('type')
    return ('Object' if kind in (None, 'object') else kind), None


def add(name, schemas):
    key = short(name)
    if key in types:
        return
    schema = schemas[name]
    lines = types[key] = ['@%s\t%s' % (key, escape(schema.get('description')))]
    for field, inner in sorted((schema.get('properties') or {}).items()):
        text, target = guess(inner, schemas)
        bare = text
        while bare.startswith(('[]', 'map[string]')):
            bare = bare[2:] if bare.startswith('[]') else bare[11:]
        if target and target != bare:
            text += '@' + target
        flags = ('+' if field in schema.get('required', []) else '') + '|'.join(inner.get('enum') or [])
        lines.append('\t'.join([field, text, flags, escape(inner.get('description'))]))


for document, kinds in KINDS.items():
    with open(os.path.join(sys.argv[1], document + '_openapi.json'), encoding='utf-8') as file:
        schemas = json.load(file)['components']['schemas']
    for name in sorted(schemas):
        if short(name) in kinds and 'x-kubernetes-group-version-kind' in schemas[name]:
            add(name, schemas)
for name in sorted(os.listdir(sys.argv[2])):
    with open(os.path.join(sys.argv[2], name), encoding='utf-8') as file:
        print('=' + name[:-4])
        print(file.read().rstrip('\n'))
for key in sorted(types):
    print('\n'.join(types[key]))
