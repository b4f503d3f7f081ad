import { simulates } from '../simulates';

simulates(2);
