import { runService } from '@hub/service';
import { gateway } from './gateway-service.ts';

await runService(gateway);
