-- How a person likes to see a list of the pages: filter, order and columns under a name.  It follows the person to any
-- browser and any plant; what it says is the pages' own affair.

CREATE TABLE saved_view (
    login text NOT NULL REFERENCES app_user,
    list  text NOT NULL,                       -- of the pages: "suggestions"
    name  text NOT NULL,
    view  text NOT NULL,
    PRIMARY KEY (login, list, name)
);
COMMENT ON TABLE saved_view IS 'reference: how people like to see their lists';
