import { describe, expect, it } from '@jest/globals';
import { type MailClient, statedMachineOf } from './stated-machine.ts';

const NOTHING: MailClient = { bot: null, type: null, agent: null, method: null };
const BROWSER = 'mozilla/5.0 (windows nt 10.0; win64; x64) applewebkit/537.36 (khtml, like gecko) chrome/130.0.0.0';

describe('statedMachineOf', () => {
  it.each<[Partial<MailClient>, ReturnType<typeof statedMachineOf>]>([
    [{}, undefined],
    [{ type: 'browser', agent: BROWSER, method: 'get' }, undefined],
    [{ type: 'mobile browser', agent: 'mozilla/5.0 (iphone; cpu iphone os 18_0 like mac os x)' }, undefined],
    [{ agent: 'microsoft office/16.0 (outlook)' }, undefined],
    [{ agent: 'abbott javascript' }, undefined],
    [{ bot: 'apple' }, 'privacyProxy'],
    [{ bot: 'gmail', agent: BROWSER }, 'privacyProxy'],
    [{ bot: 'generic' }, 'markedBot'],
    [{ method: 'head', agent: BROWSER }, 'headRequest'],
    [{ agent: `${BROWSER} (via ggpht.com googleimageproxy)` }, 'privacyProxy'],
    [{ agent: 'yahoomailproxy; https://help.yahoo.com' }, 'privacyProxy'],
    [{ type: 'robot' }, 'scannerAgent'],
    [{ agent: 'barracuda sentinel (ee)' }, 'scannerAgent'],
    [{ agent: 'mozilla/5.0 (compatible; bingbot/2.0)' }, 'scannerAgent'],
    [{ agent: 'python-requests/2.32' }, 'scannerAgent'],
    [{ agent: 'curl/8.5.0' }, 'scannerAgent'],
    [{ agent: 'apache-httpclient/4.5.14 (java/17)' }, 'scannerAgent'],
  ])('of %j is %s', (client, machine) => {
    expect(statedMachineOf({ ...NOTHING, ...client })).toBe(machine);
  });
});
