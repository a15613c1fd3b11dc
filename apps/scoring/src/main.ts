import { runService } from '@hub/service';
import { scoringService } from './scoring-service.ts';

await runService(scoringService);
