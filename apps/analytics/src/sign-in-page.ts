/** Pages for those who are not signed in; no script, no inline style: the security policy allows neither. */
function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title} · EnterpriseHub</title>
    <link rel="stylesheet" href="/signin.css" />
  </head>
  <body>
    <main>
      <h1>${title}</h1>
      ${body}
    </main>
  </body>
</html>
`;
}

const GET_A_LINK = `<p>On the machine that runs EnterpriseHub, in its folder:</p>
      <pre><code>npm run signin</code></pre>
      <p>It prints a link that signs one browser in, once, for 12 hours.</p>`;

export const SIGN_IN_PAGE = page(
  'Sign in',
  `<p>Signing in takes a one-time link.</p>
      ${GET_A_LINK}`,
);

export const SPENT_LINK_PAGE = page(
  'This link no longer works',
  `<p>It was used before, or is too old.</p>
      ${GET_A_LINK}`,
);

export const SIGN_IN_STYLES = `:root {
  color-scheme: light dark;
  font: 16px/1.5 system-ui, sans-serif;
  color: light-dark(#1c1f23, #e6e8eb);
  background: light-dark(#f6f7f8, #14171a);
}
body {
  display: grid;
  min-height: 100dvh;
  margin: 0;
  place-items: center;
}
main {
  max-width: 26rem;
  padding: 2rem;
}
h1 {
  margin: 0 0 1rem;
  font-size: 1.375rem;
}
p {
  margin: 0 0 0.75rem;
}
pre {
  margin: 0 0 0.75rem;
  padding: 0.625rem 0.875rem;
  overflow-x: auto;
  border: 1px solid light-dark(#d7dbdf, #2c3238);
  border-radius: 6px;
  background: light-dark(#fff, #1b1f23);
}
`;
