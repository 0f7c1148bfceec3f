-- The tables of the benchmark. A time is declared datetime, as the driver then
-- hands it over as a time.Time. A profile names its user without a foreign key:
-- the database would delete it with the user, and the trigger of W4 would have
-- nothing to do.

CREATE TABLE "user" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL,
  "emailVerified" BOOLEAN NOT NULL,
  "image" TEXT,
  "createdAt" DATETIME NOT NULL,
  "updatedAt" DATETIME NOT NULL,
  "username" TEXT,
  "role" TEXT
);

CREATE UNIQUE INDEX "user_email_uidx" ON "user" ("email");

CREATE TABLE "session" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "expiresAt" DATETIME NOT NULL,
  "token" TEXT NOT NULL,
  "createdAt" DATETIME NOT NULL,
  "updatedAt" DATETIME NOT NULL,
  "ipAddress" TEXT,
  "userAgent" TEXT,
  "userId" TEXT NOT NULL,
  CONSTRAINT "session_userId_fk" FOREIGN KEY ("userId") REFERENCES "user" ("id") ON DELETE CASCADE
);

CREATE UNIQUE INDEX "session_token_uidx" ON "session" ("token");

CREATE INDEX "session_userId_idx" ON "session" ("userId");

CREATE TABLE "profile" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "userId" TEXT NOT NULL,
  "avatar" TEXT,
  "bio" TEXT NOT NULL
);

CREATE UNIQUE INDEX "profile_userId_uidx" ON "profile" ("userId");
