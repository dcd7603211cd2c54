import 'reflect-metadata';
import { Logger, StandardSchemaValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { WsAdapter } from '@nestjs/platform-ws';
import { AppModule } from './app.module.js';
import { GeminiErrorFilter } from './gemini/gemini-error.filter.js';

const { PORT = '3000', HOST = '127.0.0.1', CORS_ORIGIN } = process.env;

const app = await NestFactory.create<NestExpressApplication>(AppModule, {
  return503OnClosing: true,
  forceCloseConnections: true,
});
app.setGlobalPrefix('api');
// Any page of this machine, such as the Angular example's, unless one origin is named.
app.enableCors({ origin: CORS_ORIGIN ?? /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/, exposedHeaders: ['Reply-Id'] });
// A history with an image or two does not fit into Express's 100 kB.
app.useBodyParser('json', { limit: '10mb' });
app.useGlobalFilters(new GeminiErrorFilter());
app.useGlobalPipes(new StandardSchemaValidationPipe());
app.useWebSocketAdapter(new WsAdapter(app));
// By its default, Nest would end the process with the signal again, as if it had been killed.
app.enableShutdownHooks([], { useProcessExit: true });

await app.listen(PORT, HOST);
new Logger('Main').log(`Listens on ${await app.getUrl()}`);
