import { describe, expect, it } from '@jest/globals';
import { parseBodyPath } from './body-path.ts';

describe('a path in a body', () => {
  it.each([
    ['$.contact.email=ann@example.com', { path: '$."contact"."email"', value: 'ann@example.com' }],
    ['$.tags[*]=vip', { path: '$."tags"[*]', value: 'vip' }],
    ['$.customFields[0].value=3', { path: '$."customFields"[0]."value"', value: 3 }],
    ['$.id="3"', { path: '$."id"', value: '3' }],
    ['$.dnd=false', { path: '$."dnd"', value: false }],
    ['$.note=a=b', { path: '$."note"', value: 'a=b' }],
    ['$.note=', { path: '$."note"', value: '' }],
    ['$.note={"a":1}', { path: '$."note"', value: '{"a":1}' }],
  ])('is read from %s', (text, expected) => {
    expect(parseBodyPath(text)).toEqual(expected);
  });

  it.each(['', '$', '$=1', 'contact.email=x', '$.a b=1', '$."x"=1', '$.a ? (@ == 1)=1', '$..a=1', '$.a[-1]=1', '$.a'])(
    'is not read from %j, which could mean anything',
    (text) => {
      expect(parseBodyPath(text)).toBeNull();
    },
  );
});
