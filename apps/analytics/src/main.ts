import 'reflect-metadata';
import { runService } from '@hub/service';
import { analytics } from './service.ts';

await runService(analytics);
