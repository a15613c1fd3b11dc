import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags, type OpenAPIObject } from '@nestjs/swagger';
import { ApiDescription } from './api-description.ts';

@ApiTags('operation')
@Controller('api/openapi.json')
export class ApiDescriptionController {
  constructor(private readonly api: ApiDescription) {}

  @Get()
  @ApiOperation({ summary: 'This document' })
  @ApiOkResponse({ description: 'OpenAPI 3' })
  read(): OpenAPIObject {
    return this.api.document;
  }
}
