import './without-eval';
import { render } from 'solid-js/web';
import { App } from './app';
import './styles/main.css';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element "root" to mount in');
render(() => <App />, root);
