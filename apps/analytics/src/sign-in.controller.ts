import { Database } from '@hub/database';
import { sealSession, sessionFromCookie } from '@hub/session';
import { Counter, Registry } from '@hub/telemetry';
import { Controller, Get, Header, HttpCode, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiNoContentResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { AnalyticsConfig } from './config.ts';
import { expiredCookie, isHttps, sessionCookie } from './session-cookie.ts';
import { SESSION_LIFETIME_MS, spendSignInLink } from './sign-in.ts';
import { SIGN_IN_PAGE, SIGN_IN_STYLES, SPENT_LINK_PAGE } from './sign-in-page.ts';
import { ANALYTICS_CONFIG } from './tokens.ts';

const signInQuery = z.object({ token: z.string().max(200).optional() });

@ApiTags('session')
@Controller()
export class SignInController {
  readonly #database: Database;
  readonly #secret: string;
  readonly #signIns: Counter<'result'>;

  constructor(database: Database, registry: Registry, @Inject(ANALYTICS_CONFIG) config: AnalyticsConfig) {
    this.#database = database;
    this.#secret = config.SESSION_SECRET;
    this.#signIns = new Counter({
      name: 'hub_analytics_sign_ins_total',
      help: 'One-time links presented, by result',
      labelNames: ['result'],
      registers: [registry],
    });
  }

  @Get('signin')
  @ApiOperation({ summary: 'Exchange a one-time link for a session cookie of 12 hours' })
  @ApiResponse({ status: 200, description: 'Without a token: a page that says how to get a link' })
  @ApiResponse({ status: 303, description: 'Signed in; continues at the page' })
  @ApiResponse({ status: 410, description: 'The link was used before or has expired' })
  async signIn(
    @Query({ schema: signInQuery }) { token }: z.infer<typeof signInQuery>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const nowMs = Date.now();
    // A look at the head of a link must not use it up.
    if (token === undefined || request.method === 'HEAD') {
      const signedIn = sessionFromCookie(this.#secret, request.headers.cookie, nowMs) !== null;
      await (signedIn ? reply.redirect('/', 303) : sendPage(reply, 200, SIGN_IN_PAGE));
      return;
    }
    const session = await spendSignInLink(this.#database, token, nowMs);
    this.#signIns.inc({ result: session === null ? 'refused' : 'signedIn' });
    if (session === null) {
      await sendPage(reply, 410, SPENT_LINK_PAGE);
      return;
    }
    const cookie = sessionCookie(sealSession(this.#secret, session), SESSION_LIFETIME_MS, isHttps(request));
    await reply.header('set-cookie', cookie).redirect('/', 303);
  }

  @Get('signin.css')
  @ApiExcludeEndpoint()
  @Header('content-type', 'text/css; charset=utf-8')
  styles(): string {
    return SIGN_IN_STYLES;
  }

  @Post('api/signout')
  @HttpCode(204)
  @ApiOperation({ summary: 'Forget the session of this browser' })
  @ApiNoContentResponse({ description: 'Signed out' })
  signOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): void {
    void reply.header('set-cookie', expiredCookie(isHttps(request)));
  }
}

function sendPage(reply: FastifyReply, status: number, html: string): FastifyReply {
  return reply.code(status).header('content-type', 'text/html; charset=utf-8').send(html);
}
