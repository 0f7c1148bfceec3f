-- The shape of what Drizzle makes of Better Auth's schema for it.

CREATE TABLE `user` (
	`id` varchar(36) PRIMARY KEY NOT NULL,
	`name` varchar(255) NOT NULL,
	`email` varchar(255) NOT NULL,
	`email_verified` boolean DEFAULT false NOT NULL,
	`image` text,
	`created_at` timestamp(3) DEFAULT (now()) NOT NULL,
	`updated_at` timestamp(3) DEFAULT (now()) NOT NULL,
	CONSTRAINT `user_email_unique` UNIQUE(`email`)
);

CREATE TABLE `session` (
	`id` varchar(36) PRIMARY KEY NOT NULL,
	`expires_at` timestamp(3) NOT NULL,
	`token` varchar(255) NOT NULL,
	`created_at` timestamp(3) DEFAULT (now()) NOT NULL,
	`updated_at` timestamp(3) NOT NULL,
	`ip_address` text,
	`user_agent` text,
	`user_id` varchar(36) NOT NULL,
	CONSTRAINT `session_token_unique` UNIQUE(`token`)
);

CREATE TABLE `account` (
	`id` varchar(36) PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`provider_id` text NOT NULL,
	`user_id` varchar(36) NOT NULL,
	`access_token` text,
	`refresh_token` text,
	`id_token` text,
	`access_token_expires_at` timestamp(3) NULL,
	`refresh_token_expires_at` timestamp(3) NULL,
	`scope` text,
	`password` text,
	`created_at` timestamp(3) DEFAULT (now()) NOT NULL,
	`updated_at` timestamp(3) NOT NULL
);

CREATE TABLE `verification` (
	`id` varchar(36) PRIMARY KEY NOT NULL,
	`identifier` varchar(255) NOT NULL,
	`value` text NOT NULL,
	`expires_at` timestamp(3) NOT NULL,
	`created_at` timestamp(3) DEFAULT (now()) NOT NULL,
	`updated_at` timestamp(3) DEFAULT (now()) NOT NULL
);

ALTER TABLE `session` ADD CONSTRAINT `session_user_id_user_id_fk` FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON DELETE cascade ON UPDATE no action;

ALTER TABLE `account` ADD CONSTRAINT `account_user_id_user_id_fk` FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON DELETE cascade ON UPDATE no action;

CREATE INDEX `session_user_id_idx` ON `session` (`user_id`);

CREATE INDEX `account_user_id_idx` ON `account` (`user_id`);

CREATE INDEX `verification_identifier_idx` ON `verification` (`identifier`);
