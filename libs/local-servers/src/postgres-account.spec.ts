import { describe, expect, it } from '@jest/globals';
import { asAccount, namedUser } from './postgres-account.ts';

describe('the account Postgres runs under', () => {
  it.each([
    ['root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n', 1000],
    ['root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/:/bin/sh\n', 1],
    ['root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/:/bin/sh\n', 65_534],
    ['', 65_534],
  ])('has a name in %j', (passwd, uid) => {
    expect(namedUser(passwd)).toBe(uid);
  });

  it('is an ordinary user inside a namespace, another user without one, or oneself', () => {
    expect(asAccount({ kind: 'namespace', uid: 1000 }, '/bin/postgres', ['-D', 'data'])).toEqual({
      command: 'unshare',
      args: ['-U', '--map-user=1000', '--map-group=1000', '--', '/bin/postgres', '-D', 'data'],
    });
    expect(asAccount({ kind: 'user', uid: 7, gid: 8 }, 'postgres', [])).toMatchObject({
      command: 'postgres',
      uid: 7,
      gid: 8,
    });
    expect(asAccount({ kind: 'self' }, 'postgres', [])).toEqual({ command: 'postgres', args: [] });
  });
});
