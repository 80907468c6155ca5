-- May material that is not on a work order be issued to it, with a reason?
ALTER TABLE plant_seq ADD COLUMN unplanned_issue boolean NOT NULL DEFAULT false;
