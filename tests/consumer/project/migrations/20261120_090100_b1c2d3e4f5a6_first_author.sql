-- revises: a1b2c3d4e5f6
-- message: first author
-- upgrade
INSERT INTO authors (email) VALUES ('grace@example.org');
-- downgrade
DELETE FROM authors WHERE email = 'grace@example.org';
