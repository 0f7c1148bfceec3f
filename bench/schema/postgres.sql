-- The tables of the benchmark, as authgen would create them; sqlite.sql says why a
-- profile has no foreign key.

CREATE TABLE "user" (
  "id" text COLLATE "C" NOT NULL PRIMARY KEY,
  "name" text COLLATE "C" NOT NULL,
  "email" text COLLATE "C" NOT NULL,
  "emailVerified" boolean NOT NULL,
  "image" text COLLATE "C",
  "createdAt" timestamptz(3) NOT NULL,
  "updatedAt" timestamptz(3) NOT NULL,
  "username" text COLLATE "C",
  "role" text COLLATE "C"
);

CREATE UNIQUE INDEX "user_email_uidx" ON "user" ("email");

CREATE TABLE "session" (
  "id" text COLLATE "C" NOT NULL PRIMARY KEY,
  "expiresAt" timestamptz(3) NOT NULL,
  "token" text COLLATE "C" NOT NULL,
  "createdAt" timestamptz(3) NOT NULL,
  "updatedAt" timestamptz(3) NOT NULL,
  "ipAddress" text COLLATE "C",
  "userAgent" text COLLATE "C",
  "userId" text COLLATE "C" NOT NULL,
  CONSTRAINT "session_userId_fk" FOREIGN KEY ("userId") REFERENCES "user" ("id") ON DELETE CASCADE
);

CREATE UNIQUE INDEX "session_token_uidx" ON "session" ("token");

CREATE INDEX "session_userId_idx" ON "session" ("userId");

CREATE TABLE "profile" (
  "id" text COLLATE "C" NOT NULL PRIMARY KEY,
  "userId" text COLLATE "C" NOT NULL,
  "avatar" text COLLATE "C",
  "bio" text COLLATE "C" NOT NULL
);

CREATE UNIQUE INDEX "profile_userId_uidx" ON "profile" ("userId");
