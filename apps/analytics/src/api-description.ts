import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { SESSION_COOKIE } from '@hub/session';
import type { INestApplication } from '@nestjs/common';

/** The API as OpenAPI 3: made from the routes and the schemas that check them, so that it cannot differ. */
export class ApiDescription {
  #document: OpenAPIObject | null = null;

  describe(app: INestApplication): void {
    const config = new DocumentBuilder()
      .setTitle('EnterpriseHub')
      .setDescription('Leads, their odds and reasons. Errors are { error: { code, message } }.')
      .setVersion('0.1.0')
      .addCookieAuth(SESSION_COOKIE)
      .addSecurityRequirements('cookie')
      .build();
    this.#document = SwaggerModule.createDocument(app, config);
  }

  get document(): OpenAPIObject {
    if (this.#document === null) throw new Error('the API was not described at the start');
    return this.#document;
  }
}
