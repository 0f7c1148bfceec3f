-- The tables of the benchmark, as authgen would create them, but for a collation that
-- sqlc knows; sqlite.sql says why a profile has no foreign key.

CREATE TABLE `user` (
  `id` varchar(191) NOT NULL PRIMARY KEY,
  `name` varchar(255) NOT NULL,
  `email` varchar(191) NOT NULL,
  `emailVerified` boolean NOT NULL,
  `image` longtext,
  `createdAt` datetime(3) NOT NULL,
  `updatedAt` datetime(3) NOT NULL,
  `username` varchar(255),
  `role` varchar(255),
  UNIQUE INDEX `user_email_uidx` (`email`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `session` (
  `id` varchar(191) NOT NULL PRIMARY KEY,
  `expiresAt` datetime(3) NOT NULL,
  `token` varchar(191) NOT NULL,
  `createdAt` datetime(3) NOT NULL,
  `updatedAt` datetime(3) NOT NULL,
  `ipAddress` varchar(255),
  `userAgent` longtext,
  `userId` varchar(191) NOT NULL,
  UNIQUE INDEX `session_token_uidx` (`token`),
  INDEX `session_userId_idx` (`userId`),
  CONSTRAINT `session_userId_fk` FOREIGN KEY (`userId`) REFERENCES `user` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `profile` (
  `id` varchar(191) NOT NULL PRIMARY KEY,
  `userId` varchar(191) NOT NULL,
  `avatar` longtext,
  `bio` longtext NOT NULL,
  UNIQUE INDEX `profile_userId_uidx` (`userId`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
