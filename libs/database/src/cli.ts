import { parseArgs } from 'node:util';
import { newSignInToken } from '@hub/session';
import { migrate } from './migrate.ts';
import { addSignInLink, addTenant } from './operate.ts';

const LINK_LIFETIME_MS = 24 * 3_600_000;

const USAGE = `usage: DATABASE_URL=<owner> node cli.js <command>
  migrate                                          needs SERVICE_DATABASE_PASSWORD
  sign-in-link --user ID --name NAME --tenants '*' | ID,ID
  add-tenant --id LOCATION --name NAME`;

/** One JSON object on stdout; what went wrong on stderr with exit code 1. */
async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      user: { type: 'string' },
      name: { type: 'string' },
      tenants: { type: 'string' },
      id: { type: 'string' },
    },
  });
  const need = (name: string, value: string | undefined): string => {
    if (value === undefined || value === '') throw new Error(`${name} is missing\n${USAGE}`);
    return value;
  };
  const ownerUrl = need('DATABASE_URL', process.env['DATABASE_URL']);
  switch (positionals[0]) {
    case 'migrate': {
      const password = need('SERVICE_DATABASE_PASSWORD', process.env['SERVICE_DATABASE_PASSWORD']);
      return print({ migrated: await migrate(ownerUrl, password, Date.now()) });
    }
    case 'sign-in-link': {
      const { token, tokenHash } = newSignInToken();
      const tenants = need('--tenants', values.tenants);
      await addSignInLink(ownerUrl, {
        tokenHash,
        userId: need('--user', values.user),
        userName: need('--name', values.name),
        tenants: tenants === '*' ? '*' : tenants.split(','),
        expiresAtMs: Date.now() + LINK_LIFETIME_MS,
      });
      return print({ token });
    }
    case 'add-tenant':
      await addTenant(ownerUrl, need('--id', values.id), need('--name', values.name));
      return print({ added: values.id });
    default:
      throw new Error(USAGE);
  }
}

function print(result: object): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
