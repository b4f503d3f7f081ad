import { simulates } from '../simulates';

simulates(1);
