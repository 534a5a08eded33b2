#!/usr/bin/env python3
"""Draws scenarios at random, for the reference cluster's recorder: Jobs over all policies, and what is done to them.

usage: draw.py SEED COUNT > scenarios.yaml

The recordings of what it drew are `more/drawn-*.json`. A difference from one of them that isn't noise is a mechanism that
nobody thought of.
"""
import json
import random
import sys

import yaml

ATTEMPT = ('d=/tmp/sc/$TRABAJO; mkdir -p $d; n=1; while ! mkdir $d/$n; do n=$(expr $n + 1); done 2>/dev/null; '
           'echo intento $n; ')
ENDS = [0, 0, 0, 1, 1, 3, 42]


def policies(draw, never):
    """The Job's spec, but for its template."""
    indexed = draw.random() < .45
    completions = draw.choice([1, 2, 3, 4, 5])
    if not indexed and draw.random() < .15:
        completions = None
    spec = {'backoffLimit': draw.choice([0, 1, 1, 2, 3]), 'parallelism': draw.choice([1, 1, 2, 3, 4])}
    if completions:
        spec['completions'] = completions
    if indexed:
        spec['completionMode'] = 'Indexed'
        if never and draw.random() < .4:
            del spec['backoffLimit']
            spec['backoffLimitPerIndex'] = draw.choice([0, 1])
            if draw.random() < .5:
                spec['maxFailedIndexes'] = draw.choice([0, 1, 2])
        if draw.random() < .3:
            spec['successPolicy'] = {'rules': [draw.choice([{'succeededIndexes': '0'}, {'succeededCount': 1}])]}
    if never and draw.random() < .3:
        spec['podFailurePolicy'] = {'rules': [failure_rule(draw, spec) for _ in range(draw.choice([1, 2]))]}
    if draw.random() < .2:
        spec['podReplacementPolicy'] = 'Failed'
    if draw.random() < .12:
        spec['activeDeadlineSeconds'] = draw.choice([5, 9, 14])
    if draw.random() < .12:
        spec['ttlSecondsAfterFinished'] = draw.choice([0, 3, 6])
    if draw.random() < .12:
        spec['suspend'] = True
    return spec


def failure_rule(draw, spec):
    actions = ['Ignore', 'Count', 'FailJob'] + (['FailIndex'] if 'backoffLimitPerIndex' in spec else [])
    rule = {'action': draw.choice(actions)}
    if draw.random() < .2:
        return rule | {'onPodConditions': [{'type': 'DisruptionTarget'}]}
    codes = sorted(draw.sample([1, 3, 42, 137, 143], draw.choice([1, 2])))
    return rule | {'onExitCodes': {'operator': draw.choice(['In', 'In', 'NotIn']), 'values': codes}}


def script(draw, indexed):
    """What the container does at each attempt, or at each index."""
    by_index = indexed and draw.random() < .6
    cases = []
    for number in range(draw.choice([1, 2, 3])):
        seconds = draw.choice([.4, 1.3, 2.4, 3.3, 4.6, 6.5])
        cases.append(f'{number if by_index else number + 1}) pause {seconds}; exit {draw.choice(ENDS)};;')
    cases.append(f'*) pause {draw.choice([1.2, 2.6, 3.7])}; exit {draw.choice([0, 0, 0, 1])};;')
    trap = draw.choice(['', '', '', 'trap "exit 0" TERM; ', 'trap "sleep 2; exit 3" TERM; '])
    body = f'case {"$JOB_COMPLETION_INDEX" if by_index else "$n"} in {" ".join(cases)} esac'
    # A trap runs when the command in the foreground has ended.
    pause = 'pause() { sleep $1 & wait $!; }; ' if trap else ''
    return pause + ATTEMPT + trap + (body if trap else body.replace('pause', 'sleep'))


def pod(draw, never, indexed):
    name = {'fieldRef': {'fieldPath': "metadata.labels['controller-uid']"}}
    main = {'name': 'tarea', 'image': 'busybox:1.36', 'env': [{'name': 'TRABAJO', 'valueFrom': name}],
            'command': ['sh', '-c', script(draw, indexed)], 'volumeMounts': [{'name': 'estado', 'mountPath': '/tmp/sc'}]}
    spec = {'restartPolicy': 'Never' if never else 'OnFailure', 'containers': [main],
            'volumes': [{'name': 'estado', 'hostPath': {'path': '/tmp/sc'}}]}
    if draw.random() < .25:
        spec['terminationGracePeriodSeconds'] = draw.choice([1, 3, 5])
    other = {'image': 'busybox:1.36'}
    company = draw.random()
    if company < .1:
        line = f'sleep {draw.choice([.6, 1.7])}; exit {draw.choice([0, 0, 1])}'
        spec['initContainers'] = [{'name': 'previo', **other, 'command': ['sh', '-c', line]}]
    elif company < .2:
        line = draw.choice(['sleep 100', 'trap "exit 0" TERM; sleep 100 & wait'])
        spec['initContainers'] = [{'name': 'lado', **other, 'restartPolicy': 'Always', 'command': ['sh', '-c', line]}]
    elif company < .26:
        line = f'sleep {draw.choice([1.5, 3.4])}; exit {draw.choice([0, 0, 42])}'
        spec['containers'].append({'name': 'otra', **other, 'command': ['sh', '-c', line]})
    elif company < .3:
        main['image'] = draw.choice(['noexiste:1', 'busybox:etiqueta-mala'])
    return spec


def patch(**spec):
    return f"kubectl patch job azar --type=merge -p '{json.dumps({'spec': spec})}'"


def act(draw):
    """Something that is done to the Job while it runs, the likely ones more often."""
    oldest = 'kubectl get pods -o name --sort-by=.metadata.creationTimestamp | head -1 | cut -d/ -f2'
    eviction = '{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"%s"}}'
    return draw.choices(*zip(
        (patch(parallelism=draw.choice([0, 1, 2, 4])), 3),
        (patch(suspend=True), 3),
        (patch(suspend=False), 3),
        (patch(backoffLimit=draw.choice([0, 1, 4])), 2),
        (patch(activeDeadlineSeconds=draw.choice([6, 10, 20])), 2),
        (patch(completions=draw.choice([1, 2, 6]), parallelism=draw.choice([1, 2, 6])), 2),
        (f'kubectl delete pod --wait=false $({oldest})', 3),
        ('kubectl delete pods -l job-name=azar --wait=false', 1),
        ('kubectl delete pods -l job-name=azar --force --grace-period=0', 1),
        (f"P=$({oldest}); printf '{eviction}' $P | "
         'kubectl create --raw /api/v1/namespaces/$NS/pods/$P/eviction -f - >/dev/null', 3),
        ('kubectl delete job azar --wait=false', 1),
        ('kubectl delete job azar --cascade=orphan', 1),
        ('kubectl delete job azar --cascade=foreground --wait=false', 1),
        ('kubectl get jobs', 2),
        ('kubectl get pods', 2),
    ))[0]


def scenario(seed, number):
    draw = random.Random(seed * 1000 + number)
    never = draw.random() < .7
    spec = policies(draw, never)
    spec['template'] = {'spec': pod(draw, never, 'completionMode' in spec)}
    job = {'apiVersion': 'batch/v1', 'kind': 'Job', 'metadata': {'name': 'azar'}, 'spec': spec}
    steps, at = [], draw.choice([2.6, 3.4, 4.7])
    for _ in range(draw.choice([0, 0, 1, 1, 2, 3])):
        steps.append({'at': f'{at}s', 'run': act(draw)})
        at = round(at + draw.choice([1.7, 3.3, 5.6]), 1)
    return {'name': f'drawn-{seed}-{number:03}', 'what': f'drawn at random: draw.py {seed}, number {number}',
            'manifests': yaml.safe_dump(job, sort_keys=False, width=1000), 'steps': steps, 'stop': '45s',
            'final': ['kubectl get jobs', 'kubectl get pods', 'kubectl describe jobs']}


def main():
    seed, count = map(int, sys.argv[1:3])
    drawn = (scenario(seed, number) for number in range(count))
    yaml.safe_dump_all(drawn, sys.stdout, sort_keys=False, width=1000, allow_unicode=True)


if __name__ == '__main__':
    main()
