import { simulates } from '../simulates';

simulates(0);
