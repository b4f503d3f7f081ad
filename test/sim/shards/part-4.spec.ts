import { simulates } from '../simulates';

simulates(3);
