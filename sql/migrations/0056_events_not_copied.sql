-- Events of a batch share rows and go by INSERT, which names the plant: nobody copies into event_log (see 0052).
ALTER TABLE event_log ALTER COLUMN plant_id DROP DEFAULT;
