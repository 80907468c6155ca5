-- How far the events of another plant were brought here: the plant that ships follows the transfer orders of the plants
-- that ask (services/order/mirror.c).  from_plant '': how far this plant's own events were looked at.
CREATE TABLE transfer_cursor (
    plant_id   text NOT NULL REFERENCES plant,
    from_plant text NOT NULL,
    event_seq  bigint NOT NULL,
    PRIMARY KEY (plant_id, from_plant)
);
