import './style.css';
import { App } from './page/app.ts';

void new App().start();
