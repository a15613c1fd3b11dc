import { runService } from '@hub/service';
import { cacheService } from './cache-service.ts';

await runService(cacheService);
