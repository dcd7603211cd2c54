import { getAI, getGenerativeModel, GoogleAIBackend } from 'firebase/ai';
import { initializeApp } from 'firebase/app';

export async function read(url) {
  // Firebase keeps the origin alone of its `baseUrl`; what the server shall answer goes into the path as the project.
  const { origin: baseUrl, pathname } = new URL(url);
  const app = initializeApp({ apiKey: 'none', appId: 'none', projectId: pathname.slice(1) }, pathname);
  const ai = getAI(app, { backend: new GoogleAIBackend() });
  const model = getGenerativeModel(ai, { model: 'gemini-2.5-flash' }, { baseUrl });
  const { stream } = await model.generateContentStream('Hello');
  let text = '';
  for await (const chunk of stream) text += chunk.text();
  return text;
}
