// An identity provider on loopback for the tests: node provider.mjs, its configuration on stdin.
//
// Promises: its first line of output is its issuer. It ends when its standard input does.
// POST /test/keys, a JWK set: signs with its first key from then on, as after a rotation.
import http from 'node:http';
import https from 'node:https';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

let handle;

function configuration(said, issuer, jwks) {
  const accounts = said.accounts;
  return {
    jwks,
    clients: said.clients,
    cookies: { keys: ['of the tests'] },
    pkce: { required: () => true, methods: ['S256'] },
    scopes: ['openid'],
    claims: { openid: ['sub'] },
    ttl: { AccessToken: said.ttl, ClientCredentials: said.ttl, IdToken: said.ttl, Session: 3600, Grant: 3600, Interaction: 600 },
    findAccount: (_, id) => (id in accounts ? { accountId: id, claims: () => ({ sub: id }) } : undefined),
    extraTokenClaims: (_, token) => accounts[token.accountId],
    // Whoever signs in consents: what is tried here is signing in.
    async loadExistingGrant(ctx) {
      const { client, session, params } = ctx.oidc;
      const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid');
      if (params.resource) grant.addResourceScope(params.resource, 'openid');
      await grant.save();
      return grant;
    },
    features: {
      devInteractions: { enabled: true },
      clientCredentials: { enabled: true },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true },
      mTLS: {
        enabled: true, certificateBoundAccessTokens: true,
        getCertificate: (ctx) => (ctx.get('x-test-certificate') ? decodeURIComponent(ctx.get('x-test-certificate')) : undefined),
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_, client) => client.defaultResource || said.audience,
        useGrantedResource: () => true,
        getResourceServerInfo: (_, resource) => ({
          scope: 'openid', audience: resource, accessTokenTTL: said.ttl,
          accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  };
}

async function body(request) {
  let text = '';
  for await (const part of request) text += part;
  return text;
}

function serve(said, issuer, jwks) {
  const provider = new Provider(issuer, configuration(said, issuer, jwks));
  provider.on('server_error', (_, error) => console.error(error));
  provider.on('backchannel.error', (_, error) => console.error(error));
  handle = provider.callback();
}

const lines = createInterface({ input: process.stdin });
lines.once('line', (line) => {
  const said = JSON.parse(line);
  const server = said.tls ? https.createServer(said.tls) : http.createServer();
  server.listen(0, '127.0.0.1', () => {
    const issuer = `${said.tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;
    serve(said, issuer, said.jwks);
    server.on('request', async (request, response) => {
      if (request.method === 'POST' && request.url === '/test/keys') {
        serve(said, issuer, JSON.parse(await body(request)));
        response.end();
        return;
      }
      handle(request, response);
    });
    console.log(issuer);
  });
});
lines.once('close', () => process.exit(0));
