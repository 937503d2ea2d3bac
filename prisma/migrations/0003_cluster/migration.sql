-- Which processes run the apps, and who has what for itself.

CREATE TABLE "app_instance" (
    "id" UUID NOT NULL,
    "app" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "heartbeat_at" TIMESTAMPTZ(3) NOT NULL,
    "health" JSONB NOT NULL,

    CONSTRAINT "app_instance_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "app_instance_app_name_key" ON "app_instance"("app", "name");

CREATE TABLE "lease" (
    "name" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "epoch" BIGINT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lease_pkey" PRIMARY KEY ("name")
);
