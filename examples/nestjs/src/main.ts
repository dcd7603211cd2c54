import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { WsAdapter } from '@nestjs/platform-ws';
import type { Request } from 'express';
import { AppModule } from './app.module.js';
import { GeminiErrorFilter } from './gemini/gemini-error.filter.js';
import { validationPipe } from './limits/validation.pipe.js';
import { isAllowedOrigin } from './security/origins.js';
import { RefusalFilter } from './security/refusal.filter.js';
import { UnexpectedErrorFilter } from './security/unexpected-error.filter.js';

const { PORT = '3000', HOST = '127.0.0.1' } = process.env;

const app = await NestFactory.create<NestExpressApplication>(AppModule, {
  // `JsonBodyMiddleware` reads the bodies, after the checks.
  bodyParser: false,
  return503OnClosing: true,
  forceCloseConnections: true,
});
app.disable('x-powered-by');
app.setGlobalPrefix('api');
app.enableCors(({ headers: { origin = '', host = '' } }: Request, answer) => {
  answer(null, { origin: isAllowedOrigin(origin, host), credentials: true, exposedHeaders: ['Reply-Id'] });
});
// The last one that matches answers.
app.useGlobalFilters(new UnexpectedErrorFilter(), new GeminiErrorFilter(), new RefusalFilter());
app.useGlobalPipes(validationPipe);
app.useWebSocketAdapter(new WsAdapter(app));
// By its default, Nest would end the process with the signal again, as if it had been killed.
app.enableShutdownHooks([], { useProcessExit: true });
// A body that trickles in holds its share of the memory that long.
app.getHttpServer().requestTimeout = 30_000;

await app.listen(PORT, HOST);
new Logger('Main').log(`Listens on ${await app.getUrl()}`);
