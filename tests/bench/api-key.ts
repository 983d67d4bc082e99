export const API_KEY = 'bench-key-0123456789';
