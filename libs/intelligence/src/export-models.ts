import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { modelPath } from './model/model-file.ts';
import { PRIORS } from './model/priors.ts';
import { toOnnx } from './model/to-onnx.ts';

// The last step of the build: the priors as the files that the services load.
for (const model of Object.values(PRIORS)) {
  const path = modelPath(model.name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, toOnnx(model));
}
