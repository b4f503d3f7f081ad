import { FeedFull, StoreUnavailable } from '@ledger/ports';
import { NotFoundException } from '@nestjs/common';

import { PROBLEM_FINDINGS_MAX, PROBLEM_STATUS, Problem, problemDocument, problemOf } from './problems';

describe('problems', () => {
  it('tell the code, the status and what is wrong where', () => {
    const finding = { code: 'unit-missing', pointer: '/data/readings/0', because: 'energy needs a unit' };
    expect(problemDocument(new Problem('object-refused', 'it is refused', [finding]))).toEqual({
      type: 'urn:ledger:problem:object-refused',
      title: 'object refused',
      status: 422,
      code: 'object-refused',
      detail: 'it is refused',
      findings: [finding],
      findingsTotal: 1,
    });
  });

  it(`list ${PROBLEM_FINDINGS_MAX} findings at most and count all`, () => {
    const findings = Array.from({ length: 50 }, (_, at) => ({ code: 'x', pointer: `/${at}`, because: 'x' }));
    const document = problemDocument(new Problem('object-refused', 'x', findings));
    expect(document['findings']).toHaveLength(PROBLEM_FINDINGS_MAX);
    expect(document['findingsTotal']).toBe(50);
  });

  it.each([
    [new FeedFull('full'), 'too-many-requests'],
    [new StoreUnavailable('away'), 'not-available'],
    [new NotFoundException('no such route'), 'not-found'],
    [Object.assign(new Error('too large'), { statusCode: 413 }), 'too-large'],
    [new TypeError('secret detail'), 'internal'],
  ])('are made of %s as %s', (thrown, code) => {
    expect(problemOf(thrown).code).toBe(code);
  });

  it('say nothing of a defect to the caller', () => {
    expect(problemOf(new TypeError('secret detail')).message).not.toContain('secret');
    expect(PROBLEM_STATUS[problemOf('a word').code]).toBe(500);
  });
});
