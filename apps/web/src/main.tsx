import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './styles.css';
import { applyChosenTheme } from './ui/theme.ts';

const page = document.getElementById('page');
if (page === null) throw new Error('index.html has no element with the id "page"');
applyChosenTheme();
createRoot(page).render(<App />);
