import 'reflect-metadata';
import { runService } from '@hub/service';
import { realtime } from './service.ts';

await runService(realtime);
